"""The HTTP server: an event loop that holds every connection, and threads that only compute answers.

Nothing here knows what is served. A request is read whole, within limits of size and time, before a thread is taken
(`connection`); a thread calls the WSGI application (`wsgi`, `threads`); its answer is sent by the event loop, within
a time limit, when the thread is free again (`sending`).
"""
