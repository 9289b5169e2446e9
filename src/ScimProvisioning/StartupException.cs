namespace ScimProvisioning;

/// <summary>The server cannot start, for a reason that the operator can fix. Program prints the message without a stack trace.</summary>
sealed class StartupException(string message, Exception? inner = null) : Exception(message, inner);
