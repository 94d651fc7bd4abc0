"""Jobs, their queue, and the engine process that does them."""
