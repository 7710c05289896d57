"""Does the product keep every word as the document has it?"""
