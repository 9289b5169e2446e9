namespace ScimProvisioning;

/// <summary>The server cannot start, for a reason its owner can mend; Program prints the message alone, without a stack trace.</summary>
sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
