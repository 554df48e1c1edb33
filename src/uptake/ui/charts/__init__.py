"""Charts: each is a function that returns a Vega-Lite specification, so that it can be tested.

The title of a chart is its finding and the subtitle its measure. ``render.py`` turns a
specification into SVG or PDF without a browser.
"""
