"""Runs foreign code in worker processes and brings back what happened. Never imports Hypothesis or the code under test.

Whatever that code does is an `Outcome`; exceptions are for our own failures.
"""
