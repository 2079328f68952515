"""The pharmacy's place: the queue, both checks, batches, labels, handing out."""
