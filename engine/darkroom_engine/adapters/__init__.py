"""LoRA files, from their bytes to the weights of a pipeline.

`cache` and `reading` turn a file into sources: a module's name as the file spells it, with its tensors.
`targets` finds where each source belongs in the pipeline, `forms` computes its change of the weight, `merge`
writes weights, always from the untouched ones that `pristine` keeps.
"""
