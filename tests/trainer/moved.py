"""What newer libraries have moved, for a trainer that runs on them and not on its own pins."""


def restore() -> None:
    """Give SD 1.5's CLIP the level that the trainer looks for: transformers 5.6 and later have its layers
    one level up.
    """
    from transformers import CLIPTextModel

    if not hasattr(CLIPTextModel, "text_model"):
        CLIPTextModel.text_model = property(lambda self: self)
