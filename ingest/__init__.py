"""From files to the library: readers, the splitter, the sync."""
