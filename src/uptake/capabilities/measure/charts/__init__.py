"""The pictures of measure's pages: each turns a view into a chart, its words and its numbers."""
