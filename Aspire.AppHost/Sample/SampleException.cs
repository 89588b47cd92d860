namespace EmptyNumber.AppHost.Sample;

/// <summary>The sample batch could not be detected; the message says why.</summary>
internal sealed class SampleException(string message) : Exception(message);
