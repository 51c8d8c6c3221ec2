"""Settings of the kernels that run in bilan's environment: IPython reads them from its etc/ipython/."""

import logging

# By plain papermill and in JupyterLab a kernel listens on 127.0.0.1, as all have for years; each would warn of it.
logging.getLogger("IPKernelApp").addFilter(lambda said: "TCP without encryption" not in said.getMessage())
