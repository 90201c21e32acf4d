"""Text in, text out: models that complete prompts under a grammar.

Rule of this part: it knows nothing of properties, functions or Python code. llama.cpp is loaded in the model process
(`python -m refute.model`) and nowhere else; everything here that runs in the caller's process is asyncio.
"""
