using System.Net;
using System.Runtime.CompilerServices;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Recordings in a bucket: <c>abcd….wav</c>. The only place that knows the client library.</summary>
/// <remarks>
/// S3 cannot remove an object on the condition that nobody has written it meanwhile. A recording that is saved again between a page of
/// the list and its removal, both within the same second as a rule, is lost: its call counts as failed, and its number is dialled again.
/// </remarks>
internal sealed class S3RecordingStore(S3Options options, StoreKind? kind = null) : IRecordingStore, IDisposable
{
    private readonly StoreKind _kind = kind ?? StoreKind.Recordings;
    private readonly AmazonS3Client _s3 = new(
        new BasicAWSCredentials(options.AccessKey, options.SecretKey),
        new AmazonS3Config
        {
            ServiceURL = options.Endpoint,
            ForcePathStyle = true,
            AuthenticationRegion = options.Region,
            // Not every server knows Amazon's newer checksums.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            Timeout = options.Timeout,
            MaxErrorRetry = 2,
        });

    public Task<string> SaveAsync(ReadOnlyMemory<byte> recording, CancellationToken cancellationToken) => GuardAsync(
        async token =>
        {
            var id = RecordingId.Of(recording);
            using var content = new MemoryStream(recording.ToArray(), writable: false);
            await _s3.PutObjectAsync(
                new PutObjectRequest
                {
                    BucketName = options.Bucket,
                    Key = _kind.FileName(id),
                    InputStream = content,
                    ContentType = _kind.MediaType,
                    // Servers that do not know Amazon's framing would store it with the recording.
                    UseChunkEncoding = false,
                },
                token);
            return id;
        },
        cancellationToken);

    public async Task<byte[]?> ReadAsync(string id, CancellationToken cancellationToken) => !RecordingId.IsValid(id) ? null : await GuardAsync(
        async token =>
        {
            try
            {
                using var answer = await _s3.GetObjectAsync(options.Bucket, _kind.FileName(id), token);
                var recording = new byte[answer.ContentLength];
                await answer.ResponseStream.ReadExactlyAsync(recording, token);
                return recording;
            }
            catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchKey")
            {
                return null;
            }
        },
        cancellationToken);

    public async IAsyncEnumerable<IReadOnlyList<StoredRecording>> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new ListObjectsV2Request { BucketName = options.Bucket };
        bool more;
        do
        {
            var page = await GuardAsync(token => _s3.ListObjectsV2Async(request, token), cancellationToken);
            yield return
            [
                .. from item in page.S3Objects ?? []
                   let id = _kind.FromFileName(item.Key)
                   where id is not null
                   select new StoredRecording(id, item.Size!.Value, item.LastModified!.Value.ToUniversalTime()),
            ];
            request.ContinuationToken = page.NextContinuationToken;
            more = page.IsTruncated == true;
        }
        while (more);
    }

    public Task<int> RemoveAsync(IReadOnlyList<StoredRecording> recordings, CancellationToken cancellationToken) => GuardAsync(
        async token =>
        {
            await _s3.DeleteObjectsAsync(
                new DeleteObjectsRequest
                {
                    BucketName = options.Bucket,
                    Objects = [.. recordings.Select(recording => new KeyVersion { Key = _kind.FileName(recording.Id) })],
                    Quiet = true,
                },
                token);
            return recordings.Count;
        },
        cancellationToken);

    /// <summary>Nothing: an object is there whole or not at all.</summary>
    public Task TidyAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        try
        {
            await GuardAsync(
                token => _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Bucket, MaxKeys = 1 }, token), cancellationToken);
        }
        catch (UnavailableException e) when (e.InnerException is AmazonS3Exception { StatusCode: >= HttpStatusCode.MultipleChoices and < HttpStatusCode.InternalServerError } refusal)
        {
            throw new InvalidOperationException(
                $"{_kind.Section}:S3: the bucket {options.Bucket} at {options.Endpoint} cannot be used: {refusal.ErrorCode}, {refusal.Message}", refusal);
        }
    }

    public void Dispose() => _s3.Dispose();

    private async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> operation, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        try
        {
            return await operation(limit.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or OperationCanceledException)
        {
            throw new UnavailableException($"The bucket {options.Bucket} at {options.Endpoint} cannot be used now: {e.Message}", e);
        }
    }
}
