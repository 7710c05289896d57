"""Draws pages of PDF files as pictures, in a child process with limits."""
