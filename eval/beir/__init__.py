"""Retrieval on sets in the form of the BEIR benchmark: corpus.jsonl, queries.jsonl, qrels/."""
