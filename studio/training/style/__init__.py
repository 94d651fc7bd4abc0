"""How the painter was taught (`studio.engines.style.network`)."""
