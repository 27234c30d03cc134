"""The letter to a client's GP: written, printed, sent, answered."""

from nmx_desk.ui.letters.page import LettersPage

PAGE = LettersPage
