"""What is done about bindings, grants and codes, by the person's own hand or at the window (decision 0028).

An act runs inside the transaction that a flow has opened: it says whom it concerns, decides on facts read under their
lock, and hands back what is to be written. Flows differ in who may ask and what is answered; an act is written once.
"""
