"""Export answers with footnotes, and the references they cite, as files for other programs.

An export takes answers, the times they were given and the catalog's metadata of their sources, and
returns text or the bytes of a file. Every format states what an answer leaves open: unverified
sentences, missing parts, disagreements and removed sources. Nothing here reads or writes files.
"""
