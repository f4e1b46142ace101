"""Load, rude clients and violence against servers of this machine's own: `make soak`.

client     questions over plain sockets, so that who asks costs little beside who answers
bodies     texts that are costly to read
processes  servers and builds to be watched and killed
__main__   what is done to them, and what must hold
"""
