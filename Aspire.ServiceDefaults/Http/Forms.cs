using Microsoft.AspNetCore.Http;

namespace EmptyNumber.ServiceDefaults.Http;

/// <summary>Reading forms.</summary>
public static class Forms
{
    /// <summary>Reads a form, urlencoded or multipart.</summary>
    /// <exception cref="BadHttpRequestException">The body is not the form that its header announces, or has too many fields (400).</exception>
    public static async Task<IFormCollection> ReadWellFormedAsync(this HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await request.ReadFormAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new BadHttpRequestException($"The body is not the form that its header announces: {e.Message}", StatusCodes.Status400BadRequest);
        }
    }
}
