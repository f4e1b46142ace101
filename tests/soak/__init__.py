"""Load, rude clients and violence against servers of this machine's own: `make soak`.

client     questions over plain sockets, so that who asks costs little beside who answers
processes  servers and builds to be watched and killed
__main__   what is done to them, and what must hold
"""
