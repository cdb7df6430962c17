"""Builds the starter: a toy model, corpus and benchmark that let anyone try the lab in minutes.

Run ``python -m starter.build`` from the ``python`` folder. Corpus and benchmark come out byte for
byte the same each time; the model does on the same machine with the same library versions.
"""
