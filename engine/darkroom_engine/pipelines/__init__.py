"""Pipelines with a call shape that plan data cannot express: one module each, named by `pipeline.module` of
the plan.

A module defines the class that the plan's `pipeline.class` names, with diffusers' `DiffusionPipeline`
interface.
"""
