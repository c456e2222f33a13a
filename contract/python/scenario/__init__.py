"""From application to certification, over the client that is generated from the OpenAPI document."""
