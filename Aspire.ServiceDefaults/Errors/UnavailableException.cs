namespace EmptyNumber.ServiceDefaults.Errors;

/// <summary>Something that a request needs does not answer now: the request ends with 503 and may be sent again.</summary>
public sealed class UnavailableException(string message, Exception? inner = null) : Exception(message, inner);
