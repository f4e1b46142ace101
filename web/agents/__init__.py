"""The assistant as other programs' tools: what the API returns, in the shapes that agents and their clients speak.

tools   eight calls, each with a body, a result and a line that says when to use it
mcp     these over the Model Context Protocol: `rag mcp` and /mcp
openai  /v1: answers and vectors for any client of OpenAI's API
"""
