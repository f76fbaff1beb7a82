"""The pages for readers: templates, style, script, and what is worked out for them."""
