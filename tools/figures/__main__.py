import sys

from tools.figures import write

write(sys.argv[1:])
