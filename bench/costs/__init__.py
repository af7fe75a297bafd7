# SPDX-License-Identifier: Apache-2.0
"""What recording costs: the parts of bench/run."""
