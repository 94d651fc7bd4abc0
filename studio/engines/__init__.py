"""Where torch lives: engines that turn recipes into results."""
