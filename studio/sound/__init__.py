"""How notes become sound: instruments, mixing, playing, and files of sound.

Between the recipes and everything that uses them: no torch, no Qt. Sound is float32 in [n, 2],
-1..1, left and right, `RATE` frames a second.
"""

RATE = 44_100
