"""The states of an assignment, one unit's part (承办)."""


from states.table import spread
from states.vocabulary import A

WORKING = (A.ACCEPTED, A.COMMUNICATED, A.RESEARCHED, A.DRAFTED, A.CONSULTED, A.SIGNED)
UNANSWERED = spread(A.PENDING_RECEIPT, A.RECEIVED, A.RETURN_REQUESTED, WORKING)
CO_STATES = (A.OPINION_SENT, A.OPINION_REJECTED, A.OPINION_ACCEPTED)
