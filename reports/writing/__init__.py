"""The federation's own text: figure tokens, sentences that drop out without a figure, and the shells of a summary."""
