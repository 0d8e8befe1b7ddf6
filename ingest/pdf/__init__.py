"""PDF files, read by PDFium in a process of its own: text in reading order, pages, and where words stand on them."""
