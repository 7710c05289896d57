"""Draft checking: a text from outside is compared with the library, sentence by sentence."""
