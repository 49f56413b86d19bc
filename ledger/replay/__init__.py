"""Replay sources: real data read into a neutral, time-ordered stream of facts."""
