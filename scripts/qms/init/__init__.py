"""``qms init``: from the sample plant to one's own. What is asked, and how the records are exchanged."""

from qms.init.questions import QUESTIONS, Ask, answers_from, ask_answers
from qms.init.setup import InitAnswers, InitError, Verdict, initialise, refuse_own_records

__all__ = ["QUESTIONS", "Ask", "InitAnswers", "InitError", "Verdict", "answers_from", "ask_answers", "initialise", "refuse_own_records"]
