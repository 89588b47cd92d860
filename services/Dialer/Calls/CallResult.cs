using EmptyNumber.Contracts;

namespace EmptyNumber.Dialer.Calls;

/// <summary>What came of a call.</summary>
/// <param name="Wav">What was heard, a RIFF/WAVE file.</param>
/// <param name="Signalling">What the network said besides, as far as it is known.</param>
public sealed record CallResult(byte[] Wav, Signalling Signalling);
