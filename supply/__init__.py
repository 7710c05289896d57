"""What the product is made of: licences, hashes, and the list of parts. Not part of the product."""
