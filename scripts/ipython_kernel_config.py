"""Settings of the kernels of .venv: `make env` puts them in its etc/ipython/, where IPython reads them."""

import logging

# By plain papermill and in JupyterLab a kernel listens on 127.0.0.1, as all have for years; each would warn of it.
logging.getLogger("IPKernelApp").addFilter(lambda said: "TCP without encryption" not in said.getMessage())
