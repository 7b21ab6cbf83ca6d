"""Trains LoRAs as ostris/ai-toolkit does. What is particular to a family of models is a module of
`families/`; everything else arrives in the plan.
"""
