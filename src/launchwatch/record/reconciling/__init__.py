"""Reconciling: several reports of one launch become one account, with every claim kept."""

from launchwatch.record.reconciling.reconciler import launches_of, reconcile

__all__ = ["launches_of", "reconcile"]
