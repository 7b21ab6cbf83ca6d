"""Every model id of the catalog, rendered from its plan and held against plain diffusers."""
