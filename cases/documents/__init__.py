"""Official papers: what they say (context), how they look (templates), how they are kept."""
