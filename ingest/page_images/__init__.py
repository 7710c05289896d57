"""Pages of PDF files as pictures, drawn in a child process with limits."""
