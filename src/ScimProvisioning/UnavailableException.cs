namespace ScimProvisioning;

/// <summary>Somebody whom the answer depends on cannot be reached: 503 and never a refusal, since identity providers give up on credentials that are refused.</summary>
sealed class UnavailableException(string message, Exception inner) : Exception(message, inner);
