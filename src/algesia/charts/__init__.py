"""The small grammar of pictures: data in, SVG text out, styled by the page's CSS tokens."""
