"""Numbers, tables and charts in a language."""

import logging

# On a new machine matplotlib would announce, in the first notebook's output, that it looks for fonts.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
